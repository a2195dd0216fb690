#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
as_user() { AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret aws "$@"; }

aws iam create-user --user-name "$LAB_USER"
read -r key secret <<< "$(aws iam create-access-key --user-name "$LAB_USER" \
  --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text)"
instance=$(aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
  --query 'Instances[0].InstanceId' --output text)

cat > machines.json <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "ec2:*", "Resource": "*" },
    { "Effect": "Deny", "Action": "ec2:*", "Resource": "*",
      "Condition": { "StringNotEquals": { "aws:RequestedRegion": "$LAB_REGION" } } },
    { "Effect": "Deny", "Action": "ec2:TerminateInstances", "Resource": "*",
      "Condition": { "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } } }
  ]
}
POLICY
aws iam put-user-policy --user-name "$LAB_USER" --policy-name machines --policy-document file://machines.json
as_user ec2 terminate-instances --instance-ids "$instance" 2> refusal.txt || true

cat > code.py <<'PYTHON'
import base64, hmac, struct, sys
seed = base64.b32decode(open("seed.txt").read().strip())
digest = hmac.new(seed, struct.pack(">Q", int(sys.argv[1])), "sha1").digest()
start = digest[-1] & 15
print(f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1000000:06d}")
PYTHON
serial=$(aws iam create-virtual-mfa-device --virtual-mfa-device-name phone --outfile seed.txt \
  --bootstrap-method Base32StringSeed --query VirtualMFADevice.SerialNumber --output text)
# A code is of half a minute: all of them are reckoned from the same one.
step=$(($(date +%s) / 30))
aws iam enable-mfa-device --user-name "$LAB_USER" --serial-number "$serial" \
  --authentication-code1 "$(python3 code.py $((step - 1)))" --authentication-code2 "$(python3 code.py "$step")"
read -r key secret token <<< "$(as_user sts get-session-token --serial-number "$serial" --token-code "$(python3 code.py $((step + 1)))" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)"
AWS_SESSION_TOKEN=$token as_user ec2 terminate-instances --instance-ids "$instance"
