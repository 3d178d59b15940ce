DROP INDEX claim_to_act;
ALTER TABLE claim DROP COLUMN act_by;
DROP INDEX line_to_resend;
DROP INDEX line_on_its_way;
DROP INDEX line_to_prepare;
ALTER TABLE line
    DROP COLUMN cancel_from,
    DROP COLUMN resend_by,
    DROP COLUMN undelivered_at,
    DROP COLUMN dispatch_overdue_at,
    DROP COLUMN preparation_overdue_at;
