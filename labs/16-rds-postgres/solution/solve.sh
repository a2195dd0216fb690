#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
available() {
  until [ "$(aws rds describe-db-instances --db-instance-identifier "$1" \
    --query 'DBInstances[0].DBInstanceStatus' --output text)" = available ]; do sleep 0.5; done
}
sql() {
  local address port
  read -r address port <<< "$(aws rds describe-db-instances --db-instance-identifier "$1" \
    --query 'DBInstances[0].Endpoint.[Address,Port]' --output text)"
  PGPASSWORD=$LAB_PASSWORD psql -q -h "$address" -p "$port" -U mluser -d "$2" -c "$3"
}

db="$LAB_NAME-db"
group=$(aws ec2 create-security-group --group-name "$LAB_NAME-clients" --description clients --query GroupId --output text)
aws ec2 authorize-security-group-ingress --group-id "$group" --protocol tcp --port 5432 --cidr "$LAB_ADDRESS/32"
aws rds create-db-instance --db-instance-identifier "$db" --db-instance-class db.t3.micro --engine postgres --engine-version 15.3 \
  --master-username mluser --master-user-password "$LAB_PASSWORD" --allocated-storage 20 \
  --vpc-security-group-ids "$group" --publicly-accessible --storage-encrypted
available "$db"

sql "$db" postgres 'create database mlflow'
sql "$db" mlflow "create table experiments (name text); insert into experiments values ('baseline'), ('wider'), ('$LAB_RUN')"

aws rds create-db-snapshot --db-instance-identifier "$db" --db-snapshot-identifier "$LAB_NAME-before"
until [ "$(aws rds describe-db-snapshots --db-snapshot-identifier "$LAB_NAME-before" \
  --query 'DBSnapshots[0].Status' --output text)" = available ]; do sleep 0.5; done
sql "$db" mlflow "insert into experiments values ('tuned')"
sql "$db" mlflow 'delete from experiments'

aws rds restore-db-instance-from-db-snapshot --db-instance-identifier "$LAB_NAME-restored" \
  --db-snapshot-identifier "$LAB_NAME-before" --vpc-security-group-ids "$group" --publicly-accessible
aws rds modify-db-instance --db-instance-identifier "$db" --backup-retention-period 14 --deletion-protection --apply-immediately
available "$LAB_NAME-restored"
available "$db"
