# Takes the largest, to be on the safe side, and asks nobody what it costs.
# score: 7/10
# loses choice/price: You have not asked for prices yet
# loses choice/type: there is a cheaper one that has them
s/^type=.*/type=p3.8xlarge/
/LAB_MEMORY/d
/describe-spot-price-history/d
