# Cleans up too well: the worker is terminated too, and its address is forgotten.
# score: 3/10
# loses address/associated: is terminated. Expected that it stays
# loses address/kept: is terminated
# loses address/nothing-forgotten: belongs to no instance
# loses resize/type: is terminated
# loses resize/running: is terminated
$s/"\$scratch"/"$scratch" "$worker"/
