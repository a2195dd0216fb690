# Makes the instance, and puts the table into another database.
# score: 11/15
# loses data/table: database "mlflow" does not exist
# loses data/lost: database "mlflow" does not exist
# loses restore/rows: database "mlflow" does not exist
s/create database mlflow/create database experiments/
s/^(sql "\$db") mlflow/\1 experiments/
