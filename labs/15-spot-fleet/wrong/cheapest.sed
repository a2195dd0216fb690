# Takes the cheapest of one kind, and one too many.
# score: 7/10
# loses fleet/capacity: wants 9 instances. Expected
# loses fleet/kinds: may launch t3.small only
# loses fleet/spread: chooses by lowestPrice. Expected diversified
s/diversified/lowestPrice/
s/: \$LAB_CAPACITY/: 9/
s/t3a\.small/t3.small/
