# Reboots without a failover, and writes too little.
# score: 5/9
# loses failover/failed-over: it was rebooted where it was
# loses failover/rows: has 10 predictions. Expected the thousand
s/ --force-failover//
s/generate_series\(1, 1000\)/generate_series(1, 10)/
