# Does the sum and tells nobody.
# score: 4/10
# loses estimate/ec2: There is no s3://
# loses estimate/ebs: There is no s3://
# loses estimate/s3: There is no s3://
# loses estimate/total: There is no s3://
# loses savings/workdays: There is no s3://
# loses savings/spot: There is no s3://
/put-object/d
