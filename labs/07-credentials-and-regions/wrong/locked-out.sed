# Deletes the old key first, and makes the new one afterwards.
# score: 7/9
# loses rotation/order: before there was a second one
/^read -r second/i aws iam delete-access-key --user-name "$LAB_USER" --access-key-id "$first"
/update-access-key|--access-key-id "\$first"$/d
