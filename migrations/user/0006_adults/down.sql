DROP TABLE adult_verification;
DROP TABLE identity_verification;
