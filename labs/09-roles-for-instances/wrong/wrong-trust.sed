# Trusts another service: the role cannot be played by the instance.
# score: 6/10
# loses role/trust: does not name ec2.amazonaws.com
# loses use/read: Nobody has read the model yet
# loses use/refused: has been refused nothing
s/ec2\.amazonaws/lambda.amazonaws/
/key models\/model.bin read.bin/s/$/ 2> refusal.txt || true/
