# Leaves version 1 of the metadata on, and reads with s3:* where GetObject would do.
# score: 7/10
# loses role/only: may do s3:PutObject on
# loses instance/tokens: answers without a token
s/ --metadata-options HttpTokens=required//
s/"s3:GetObject"/"s3:*"/
