# Makes a smaller volume of another kind, and takes spot for on-demand.
# score: 5/10
# loses project/volume: There is no gp3 volume of
# loses estimate/ebs: By what is there
# loses estimate/total: By what is there
# loses savings/workdays: By what is there
# loses savings/spot: At today's spot prices it is from
s/--size "\$LAB_SIZE" --volume-type gp3/--size 8 --volume-type gp3/
s/-v gp3="\$LAB_SIZE"/-v gp3=500/
s/spot \* 730/hour * 730/
