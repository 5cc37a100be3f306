s/WHERE account = ?1 AND step < ?2/WHERE account = ?1 AND ?2 > 0/
