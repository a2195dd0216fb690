#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
group() {
  aws ec2 create-security-group --group-name "$LAB_NAME-$1" --description "$1" --query GroupId --output text
}
describe() {
  aws rds describe-db-instances --db-instance-identifier "$LAB_NAME-db" --query "DBInstances[0].$1" --output text
}

web=$(group web)
db=$(group db)
aws ec2 authorize-security-group-ingress --group-id "$web" --protocol tcp --port "$LAB_PORT" --cidr 0.0.0.0/0
aws ec2 authorize-security-group-ingress --group-id "$db" --protocol tcp --port 5432 --source-group "$web"
aws rds create-db-instance --db-instance-identifier "$LAB_NAME-db" --db-instance-class db.t3.micro --engine postgres \
  --master-username mluser --manage-master-user-password --allocated-storage 20 --vpc-security-group-ids "$db" \
  --no-publicly-accessible --storage-encrypted

aws s3api create-bucket --bucket "$LAB_BUCKET"
aws s3api put-bucket-versioning --bucket "$LAB_BUCKET" --versioning-configuration Status=Enabled
echo weights > model.pth
aws s3api put-object --bucket "$LAB_BUCKET" --key models/model.pth --body model.pth

models="arn:aws:s3:::$LAB_BUCKET/models/*"
aws iam create-role --role-name "$LAB_NAME" --assume-role-policy-document '{"Version":"2012-10-17","Statement":
  [{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
aws iam put-role-policy --role-name "$LAB_NAME" --policy-name models --policy-document '{"Version":"2012-10-17",
  "Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"'"$models"'"}]}'
aws iam create-instance-profile --instance-profile-name "$LAB_NAME"
aws iam add-role-to-instance-profile --instance-profile-name "$LAB_NAME" --role-name "$LAB_NAME"

until [ "$(describe DBInstanceStatus)" = available ]; do sleep 0.5; done
host=$(describe Endpoint.Address)
cat > user-data.sh <<SCRIPT
#!/bin/bash
aws s3 cp s3://$LAB_BUCKET/models/model.pth /opt/model.pth
echo "DB_HOST=$host PORT=$LAB_PORT" > /etc/inference.env
SCRIPT
for zone in us-east-1a us-east-1b; do
  aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.small --placement "AvailabilityZone=$zone" \
    --security-group-ids "$web" --user-data file://user-data.sh --iam-instance-profile "Name=$LAB_NAME" \
    --metadata-options HttpTokens=required --tag-specifications "ResourceType=instance,Tags=[{Key=Name,Value=$LAB_NAME}]"
done
aws ec2 wait instance-running --filters "Name=tag:Name,Values=$LAB_NAME"
