/* tests/sim/world/counts.h - what happened in a run, by name.  X(name, least a
 * simulated day, below which the run proves nothing; 0: only told) */
#ifndef RG_TESTS_SIM_WORLD_COUNTS_H
#define RG_TESTS_SIM_WORLD_COUNTS_H

#include <stdint.h>

#define COUNTS(X)                                                                                  \
    X(steps, 1000000)                                                                              \
    X(requests, 200000)                                                                            \
    X(values, 300000)                                                                              \
    X(bad_values, 2000)                                                                            \
    X(misses, 8000)                                                                                \
    X(replies_late, 900)                                                                           \
    X(replies_lost, 900)                                                                           \
    X(replies_corrupted, 900)                                                                      \
    X(replies_foreign, 900)                                                                        \
    X(replies_twice, 900)                                                                          \
    X(replies_refused, 200)                                                                        \
    X(replies_wrong_head, 400)                                                                     \
    X(units_dead, 70)                                                                              \
    X(lines_cut, 20)                                                                               \
    X(raises, 1200)                                                                                \
    X(clears, 1200)                                                                                \
    X(faults, 900)                                                                                 \
    X(fault_clears, 900)                                                                           \
    X(acks, 1200)                                                                                  \
    X(resets, 50)                                                                                  \
    X(clock_steps, 15)                                                                             \
    X(kills, 30)                                                                                   \
    X(kills_with_batch_out, 3)                                                                     \
    X(kills_by_step, 15)                                                                           \
    X(stops, 5)                                                                                    \
    X(reloads, 100)                                                                                \
    X(reloads_refused, 0)                                                                          \
    X(restored, 250)                                                                               \
    X(commits, 8000)                                                                               \
    X(commits_failed, 700)                                                                         \
    X(commits_failed_but_there, 400)                                                               \
    X(commits_late, 120)                                                                           \
    X(fetches, 400)                                                                                \
    X(connects, 80)                                                                                \
    X(connects_failed, 200)                                                                        \
    X(links_cut, 15)                                                                               \
    X(links_silent, 15)                                                                            \
    X(broker_kills, 25)                                                                            \
    X(mail_lost, 500)                                                                              \
    X(county_outages, 25)                                                                          \
    X(published, 12000)                                                                            \
    X(published_again, 800)                                                                        \
    X(wills, 50)                                                                                   \
    X(received, 12000)                                                                             \
    X(receipts, 4000)                                                                              \
    X(receipts_lost, 250)                                                                          \
    X(receipts_late, 200)                                                                          \
    X(asked, 200)                                                                                  \
    X(rests, 30)                                                                                   \
    X(raises_timed, 900)

struct counts {
#define COUNT_FIELD(name, least) uint64_t name;
    COUNTS(COUNT_FIELD)
#undef COUNT_FIELD
};

#endif
