/**
 * The access key of the IAM user `student`, who is there from the start: the pair that AWS's own documentation uses
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html).
 */
export const studentKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const
