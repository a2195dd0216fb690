# Makes a snapshot and never tries it.
# score: 10/15
# loses data/lost: still has 4 experiments
# loses restore/instance: You have restored nothing from a snapshot yet
# loses restore/rows: You have restored nothing from a snapshot yet
# loses restore/group: You have restored nothing from a snapshot yet
/delete from experiments/d
/^aws rds restore/,/publicly-accessible$/d
/^available "\$LAB_NAME-restored"/d
