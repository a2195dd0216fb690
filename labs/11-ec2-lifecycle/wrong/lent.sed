# Allocates an address and forgets to give it to the instance.
# score: 6/10
# loses address/associated: which is only lent. Expected an elastic one
# loses address/kept: you have not given it an elastic address
# loses address/nothing-forgotten: belongs to no instance, and costs all the same
/associate-address/d
