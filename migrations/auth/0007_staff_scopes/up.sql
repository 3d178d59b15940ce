-- An account of the staff has a scope for each of its permissions; CLIENTS is new, for those who manage the staff.
UPDATE staff_access SET permissions = array_append(permissions, 'CLIENTS')
WHERE 'STAFF_MANAGE' = ANY (permissions) AND NOT 'CLIENTS' = ANY (permissions);

UPDATE account SET scopes = scopes || ARRAY(
    SELECT 'STAFF_' || permission FROM unnest(staff_access.permissions) AS permission
    WHERE permission IN ('SELLERS', 'PRODUCTS', 'ORDERS', 'SETTLEMENTS', 'COUPONS', 'REVIEWS', 'BANNERS', 'SHIPPING', 'STOCK',
        'NOTIFICATIONS', 'CLIENTS')
)
FROM staff_access WHERE staff_access.user_id = account.id AND 'STAFF' = ANY (account.scopes);
