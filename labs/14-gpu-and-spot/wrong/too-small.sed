# Takes the cheapest of all for a model that does not fit, without asking how large it is.
# score: 7/10
# loses choice/looked: You have not asked for the types yet
# loses choice/type: and your model needs
s/^type=.*/type=g4dn.xlarge/
/LAB_MEMORY/d
/describe-instance-types/d
