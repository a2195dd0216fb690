# The course's IAM sections with the real AWS CLI, and the effects they describe. Stops at the first thing that is not so.
# $AWS_ENDPOINT_URL is the emulator; the caller is the administrator `student`.
set -euo pipefail

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
refused() { # refused CODE COMMAND…: the command must fail, with AWS's code
  local code=$1 said
  shift
  if said=$("$@" 2>&1); then echo "not refused: $*" >&2; exit 1; fi
  grep -q "($code)" <<<"$said" || { echo "not $code: $said" >&2; exit 1; }
}
as_alice() { AWS_ACCESS_KEY_ID=$alice_id AWS_SECRET_ACCESS_KEY=$alice_secret aws "$@"; }

echo '# users and groups: alice lists and cannot write'
aws iam create-group --group-name DataScientists >/dev/null
aws iam attach-group-policy --group-name DataScientists --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam create-user --user-name alice >/dev/null
aws iam add-user-to-group --user-name alice --group-name DataScientists
read -r alice_id alice_secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)
aws s3 mb s3://ml-training-data >/dev/null
echo data >train.csv
aws s3 cp train.csv s3://ml-training-data/train.csv --no-progress >/dev/null
as_alice s3 ls s3://ml-training-data | grep -q train.csv
refused AccessDenied as_alice s3api put-object --bucket ml-training-data --key mine.csv --body train.csv

echo '# the data scientist policy: a t3.micro, and nothing dear'
cat >data-scientist-policy.json <<'EOF'
{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "S3DataAccess", "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject", "s3:PutObject"],
      "Resource": ["arn:aws:s3:::ml-training-data", "arn:aws:s3:::ml-training-data/*"] },
    { "Sid": "SageMakerFullAccess", "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" },
    { "Sid": "EC2ReadOnly", "Effect": "Allow", "Action": ["ec2:Describe*", "ec2:Get*"], "Resource": "*" },
    { "Sid": "Launch", "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*" },
    { "Sid": "DenyExpensiveInstances", "Effect": "Deny", "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:*:*:instance/*",
      "Condition": { "StringNotEquals": { "ec2:InstanceType": ["t2.micro", "t3.micro", "t3.small"] } } }
  ]
}
EOF
aws iam create-policy --policy-name DataScientistPolicy --policy-document file://data-scientist-policy.json >/dev/null
aws iam attach-user-policy --user-name alice --policy-arn arn:aws:iam::123456789012:policy/DataScientistPolicy
as_alice s3 cp train.csv s3://ml-training-data/mine.csv --no-progress >/dev/null
instance=$(as_alice ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
  --query 'Instances[0].InstanceId' --output text)
refused UnauthorizedOperation as_alice ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type p3.2xlarge

echo '# roles: one that may not be passed cannot be handed to an instance'
cat >ec2-trust-policy.json <<'EOF'
{ "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole" }] }
EOF
aws iam create-role --role-name EC2-S3-Access-Role --assume-role-policy-document file://ec2-trust-policy.json >/dev/null
aws iam attach-role-policy --role-name EC2-S3-Access-Role --policy-arn arn:aws:iam::aws:policy/AmazonS3FullAccess
aws iam create-instance-profile --instance-profile-name EC2-S3-Profile >/dev/null
aws iam add-role-to-instance-profile --instance-profile-name EC2-S3-Profile --role-name EC2-S3-Access-Role
launch=(ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t2.micro
  --iam-instance-profile Name=EC2-S3-Profile --query 'Instances[0].IamInstanceProfile.Arn' --output text)
refused UnauthorizedOperation as_alice "${launch[@]}"
[ "$(aws "${launch[@]}")" = arn:aws:iam::123456789012:instance-profile/EC2-S3-Profile ]
# A person is not who the role trusts.
refused AccessDenied as_alice sts assume-role --role-arn arn:aws:iam::123456789012:role/EC2-S3-Access-Role --role-session-name alice

echo '# MFA: terminating needs a session that was made with a code'
cat >mfa-policy.json <<'EOF'
{ "Version": "2012-10-17", "Statement": [
  { "Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": "*" },
  { "Effect": "Deny", "Action": "ec2:TerminateInstances", "Resource": "*",
    "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } } },
  { "Effect": "Deny", "Action": "ec2:TerminateInstances", "Resource": "*",
    "Condition": { "Null": { "aws:MultiFactorAuthPresent": "true" } } }] }
EOF
aws iam put-user-policy --user-name alice --policy-name mfa --policy-document file://mfa-policy.json
serial=$(aws iam create-virtual-mfa-device --virtual-mfa-device-name alice-mfa --outfile seed.txt \
  --bootstrap-method Base32StringSeed --query 'VirtualMFADevice.SerialNumber' --output text)
totp() { # the code of an authenticator app, steps from now
  python3 - "$1" <<'EOF'
import base64, hashlib, hmac, struct, sys, time
seed = base64.b32decode(open("seed.txt").read().strip())
counter = struct.pack(">Q", int(time.time()) // 30 + int(sys.argv[1]))
digest = hmac.new(seed, counter, hashlib.sha1).digest()
offset = digest[-1] & 15
print(f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7fffffff) % 1_000_000:06}")
EOF
}
refused InvalidAuthenticationCode aws iam enable-mfa-device --user-name alice --serial-number "$serial" \
  --authentication-code1 000000 --authentication-code2 000001
aws iam enable-mfa-device --user-name alice --serial-number "$serial" \
  --authentication-code1 "$(totp -1)" --authentication-code2 "$(totp 0)"
refused UnauthorizedOperation as_alice ec2 terminate-instances --instance-ids "$instance"
read -r id secret token < <(as_alice sts get-session-token --serial-number "$serial" --token-code "$(totp 1)" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_SESSION_TOKEN=$token \
  aws ec2 terminate-instances --instance-ids "$instance" >/dev/null

echo 'all done'
