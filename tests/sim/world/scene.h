/* tests/sim/world/scene.h - the plant of the world: two buses, five units,
 * eleven points, one county. */
#ifndef RG_TESTS_SIM_WORLD_SCENE_H
#define RG_TESTS_SIM_WORLD_SCENE_H

#include "config/model.h"

/* Through the real loader; NULL: it was refused, the findings are on stderr. */
struct plant *scene_load(void);

#endif
