#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

policy=arn:aws:iam::aws:policy/ReadOnlyAccess
zone="${LAB_REGION}b"
make_key() {
  aws iam create-access-key --user-name "$LAB_USER" --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text
}
as_user() { AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$2" aws sts get-caller-identity; }

aws iam create-user --user-name "$LAB_USER"
aws iam attach-user-policy --user-name "$LAB_USER" --policy-arn "$policy"
read -r first secret <<< "$(make_key)"
as_user "$first" "$secret"

aws ec2 describe-availability-zones --region "$LAB_REGION"
aws ec2 create-volume --region "${zone%?}" --availability-zone "$zone" --size 1

read -r second secret <<< "$(make_key)"
as_user "$second" "$secret"
aws iam update-access-key --user-name "$LAB_USER" --access-key-id "$first" --status Inactive
aws iam delete-access-key --user-name "$LAB_USER" --access-key-id "$first"
