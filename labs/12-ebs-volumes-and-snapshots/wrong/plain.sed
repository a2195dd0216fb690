# Forgets the encryption, and makes the volume larger only.
# score: 7/9
# loses volume/encrypted: is not encrypted
# loses grow/faster: does 3000 IOPS. Expected 4000 IOPS
s/ --encrypted//
s/ --iops 4000//
