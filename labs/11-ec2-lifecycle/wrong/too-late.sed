# Gives the address after the restart, and protects nothing.
# score: 7/10
# loses address/kept: you have not stopped it then
# loses terminate/protected: was terminated at the first try
# loses terminate/unprotected: was never protected
/associate-address/{
h
d
}
/^aws ec2 modify-instance-attribute --instance-id "\$scratch" --disable/{
x
}
s/ 2> refusal.txt.*//
/--no-disable/,$d
