static const char *q[] = {
    "SELECT id FROM school_pupil JOIN residents_person ON 1=1",
    "INSERT INTO school_pupil(id) VALUES(?) ON CONFLICT(id) DO UPDATE SET id = 1",
    "WITH late AS (SELECT id FROM school_bus) SELECT * FROM late",
    "UPDATE finance_budget SET x = 1",
    "SELECT * FROM k_actor JOIN seen_school_pupil USING (id) JOIN seen_sewer_pipe USING (id)",
};
