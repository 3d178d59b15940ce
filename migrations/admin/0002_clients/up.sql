-- Who manages the staff looks after API clients and trusted documents as well.
UPDATE role SET permissions = array_append(permissions, 'CLIENTS')
WHERE 'STAFF_MANAGE' = ANY (permissions) AND NOT 'CLIENTS' = ANY (permissions);
