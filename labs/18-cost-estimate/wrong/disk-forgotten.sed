# Forgets the disk that the instance starts from, in the tags and in the sum.
# score: 6/10
# loses project/root-disk: has no tag Project=
# loses estimate/ebs: with the one the instance starts from
# loses estimate/total: all of it together is
# loses savings/workdays: 217 hours and everything else always
s/("ResourceType=instance,\$tags") .*/\1/
s/-v gp2="\$gp2"/-v gp2=0/
s/spot \* 730 \+ ebs/spot * 730 + ebs + 8 * 0.10/
