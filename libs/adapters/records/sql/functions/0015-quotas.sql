-- Jobs of a tenant began (p_change > 0) or ended.
CREATE OR REPLACE FUNCTION count_open_jobs(p_tenant uuid, p_change bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE open_jobs o SET jobs = o.jobs + p_change FROM (
    SELECT f.part FROM open_jobs f WHERE f.tenant_id = p_tenant ORDER BY f.part LIMIT 1 FOR UPDATE SKIP LOCKED) f
  WHERE o.tenant_id = p_tenant AND o.part = f.part;
  IF NOT FOUND THEN
    INSERT INTO open_jobs (tenant_id, part, jobs) VALUES (p_tenant, (random() * 2000000000)::int, p_change)
    ON CONFLICT (tenant_id, part) DO UPDATE SET jobs = open_jobs.jobs + p_change;
  END IF;
END $$;

-- Error IMQ01 when p_jobs more were more than a tenant may have open. p_max: of tenants with no limit of their own; null: any number.
-- Two submissions at the same time do not see each other: the limit protects the machine, it is no ledger.
CREATE OR REPLACE FUNCTION check_quota(p_tenant uuid, p_jobs bigint, p_max bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_max bigint := coalesce((SELECT t.open_jobs_max FROM tenant t WHERE t.id = p_tenant), p_max);
BEGIN
  IF p_jobs + (SELECT coalesce(sum(o.jobs), 0) FROM open_jobs o WHERE o.tenant_id = p_tenant) > v_max THEN
    RAISE EXCEPTION 'tenant % may have % open jobs', p_tenant, v_max USING ERRCODE = 'IMQ01';
  END IF;
END $$;

-- p_jobs of a tenant begin; error as above.
CREATE OR REPLACE FUNCTION take_quota(p_tenant uuid, p_jobs bigint, p_max bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM check_quota(p_tenant, p_jobs, p_max);
  PERFORM count_open_jobs(p_tenant, p_jobs);
END $$;
