# The course's RDS sections with the real AWS CLI and psql, and the effects they describe. Stops at the first thing that is not so.
# $AWS_ENDPOINT_URL is the emulator; the caller is the administrator `student`.
set -euo pipefail

aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
refused() { # refused WORDS COMMAND…: the command must fail, and say so
  local words=$1 said
  shift
  if said=$("$@" 2>&1); then echo "not refused: $*" >&2; exit 1; fi
  grep -q "$words" <<<"$said" || { echo "not '$words': $said" >&2; exit 1; }
}
is() { # is WANTED FOUND
  [ "$1" = "$2" ] || { echo "not '$1': '$2'" >&2; exit 1; }
}
export PGPASSWORD='YourSecurePassword123!' PGUSER=admin PGDATABASE=postgres
declare -A endpoints
meet() { # meet INSTANCE: looks where its endpoint is
  endpoints[$1]=$(aws rds describe-db-instances --db-instance-identifier "$1" \
    --query 'DBInstances[0].Endpoint.[Address,Port]' --output text)
}
sql() { # sql INSTANCE [psql's options]: at the instance's endpoint
  local host port
  read -r host port <<<"${endpoints[$1]}"
  shift
  psql -h "$host" -p "$port" -v ON_ERROR_STOP=1 -Atq "$@"
}

echo '# 4.2: an instance, and the mlflow database'
aws rds create-db-instance \
  --db-instance-identifier ml-metadata-db \
  --db-instance-class db.t3.micro \
  --engine postgres \
  --engine-version 15.3 \
  --master-username admin \
  --master-user-password 'YourSecurePassword123!' \
  --allocated-storage 20 \
  --storage-type gp3 \
  --backup-retention-period 7 \
  --publicly-accessible \
  --tags Key=Name,Value=ml-metadata-db Key=Environment,Value=dev >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-metadata-db
meet ml-metadata-db
sql ml-metadata-db -c 'CREATE DATABASE mlflow'
sql ml-metadata-db -d mlflow -c 'CREATE TABLE experiments (
  experiment_id SERIAL PRIMARY KEY,
  name VARCHAR(255),
  artifact_location VARCHAR(500)
)' -c "INSERT INTO experiments (name) VALUES ('baseline')"

echo '# 4.4: a snapshot, restored to a new instance'
aws rds create-db-snapshot \
  --db-instance-identifier ml-metadata-db \
  --db-snapshot-identifier ml-metadata-backup-2025-10-23 >/dev/null
aws rds wait db-snapshot-available --db-snapshot-identifier ml-metadata-backup-2025-10-23
sql ml-metadata-db -d mlflow -c "INSERT INTO experiments (name) VALUES ('after the snapshot')"
is 1 "$(aws rds describe-db-snapshots --db-instance-identifier ml-metadata-db --snapshot-type manual \
  --query 'length(DBSnapshots)')"
aws rds restore-db-instance-from-db-snapshot \
  --db-instance-identifier ml-metadata-db-restored \
  --db-snapshot-identifier ml-metadata-backup-2025-10-23 >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-metadata-db-restored
meet ml-metadata-db-restored
is baseline "$(sql ml-metadata-db-restored -d mlflow -c 'SELECT name FROM experiments')"

echo '# 4.3: a standby that takes over, a replica that reads'
aws rds create-db-instance \
  --db-instance-identifier ml-prod-db \
  --db-instance-class db.t3.small \
  --engine postgres \
  --engine-version 15.3 \
  --master-username admin \
  --master-user-password 'YourSecurePassword123!' \
  --allocated-storage 100 \
  --multi-az \
  --backup-retention-period 30 >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-prod-db
meet ml-prod-db
sql ml-prod-db -c 'CREATE TABLE runs (id INT)' -c 'INSERT INTO runs VALUES (1)'
aws rds create-db-instance-read-replica \
  --db-instance-identifier ml-prod-db-replica \
  --source-db-instance-identifier ml-prod-db >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-prod-db-replica
meet ml-prod-db-replica
is 1 "$(sql ml-prod-db-replica -c 'SELECT id FROM runs')"
refused 'read-only transaction' sql ml-prod-db-replica -c 'INSERT INTO runs VALUES (2)'
before=${endpoints[ml-prod-db]}
aws rds reboot-db-instance --db-instance-identifier ml-prod-db --force-failover >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-prod-db
meet ml-prod-db
is "$before" "${endpoints[ml-prod-db]}"
sql ml-prod-db -c 'INSERT INTO runs VALUES (2)'
is 2 "$(sql ml-prod-db -c 'SELECT count(*) FROM runs')"

echo '# 4.5: stopped, nobody gets in; started, everything is there'
aws rds stop-db-instance --db-instance-identifier ml-metadata-db >/dev/null
is stopped "$(aws rds describe-db-instances --db-instance-identifier ml-metadata-db \
  --query 'DBInstances[0].DBInstanceStatus' --output text)"
# Or turned away by somebody else's server, which has taken the port meanwhile.
refused 'error' sql ml-metadata-db -c 'SELECT 1'
aws rds start-db-instance --db-instance-identifier ml-metadata-db >/dev/null
aws rds wait db-instance-available --db-instance-identifier ml-metadata-db
is 2 "$(sql ml-metadata-db -d mlflow -c 'SELECT count(*) FROM experiments')"

echo '# the end of it'
refused '(InvalidParameterCombination)' aws rds delete-db-instance --db-instance-identifier ml-metadata-db
aws rds delete-db-instance --db-instance-identifier ml-metadata-db --skip-final-snapshot >/dev/null
aws rds wait db-instance-deleted --db-instance-identifier ml-metadata-db
echo 'all done'
