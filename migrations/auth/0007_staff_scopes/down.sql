UPDATE account SET scopes = ARRAY(SELECT scope FROM unnest(scopes) AS scope WHERE NOT starts_with(scope, 'STAFF_'));
