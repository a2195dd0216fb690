# Lets the machines do everything with S3, and the metadata answer anybody.
# score: 12/15
# loses role/only: may do s3:PutObject on
# loses machines/role: answers without a token
s/"s3:GetObject"/"s3:*"/
s/HttpTokens=required/HttpTokens=optional/
