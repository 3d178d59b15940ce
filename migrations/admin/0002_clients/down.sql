UPDATE role SET permissions = array_remove(permissions, 'CLIENTS');
