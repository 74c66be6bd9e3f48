# A plant of Modbus units; shares no code with the gateway.
file(GLOB plantsim CONFIGURE_DEPENDS sim/plantsim/*.c)
add_executable(plantsim ${plantsim})
target_link_libraries(plantsim PRIVATE m)
