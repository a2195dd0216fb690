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
  PGPASSWORD=$LAB_PASSWORD psql -q -h "$address" -p "$port" -U mluser -d postgres -c "$2"
}

db="$LAB_NAME-db"
aws rds create-db-instance --db-instance-identifier "$db" --db-instance-class db.t3.small --engine postgres --engine-version 15.3 \
  --master-username mluser --master-user-password "$LAB_PASSWORD" --allocated-storage 100 --backup-retention-period 7 \
  --multi-az --publicly-accessible
available "$db"
sql "$db" 'create table predictions (label text, at timestamptz default now())'
sql "$db" "insert into predictions (label) select 'cat' from generate_series(1, 1000)"

aws rds reboot-db-instance --db-instance-identifier "$db" --force-failover
available "$db"

aws rds create-db-instance-read-replica --db-instance-identifier "$LAB_NAME-replica" \
  --source-db-instance-identifier "$db" --publicly-accessible
available "$LAB_NAME-replica"
