# Attaches it elsewhere, and restores it where it was.
# score: 7/9
# loses volume/attached: is at /dev/sdg. Expected it at /dev/sdf
# loses restore/elsewhere: where the first one is. Expected another zone
s/sdf/sdg/
s/^other_zone=.*/other_zone=$zone/
