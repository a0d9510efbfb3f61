-- A second wall between tenants (decision 0019): who reads in the name of a tenant does it as this role, which sees the rows of that tenant alone,
-- whatever the statement asks for, and writes nothing. Owners of the tables are not held up: workers, the sweeper, and functions that are told a tenant.
DO $$
BEGIN
  CREATE ROLE intermodal_reader NOLOGIN;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- roles belong to the whole server: another database made it
  WHEN insufficient_privilege THEN RAISE NOTICE 'the role intermodal_reader may not be made: there is no second wall';
END $$;

CREATE OR REPLACE FUNCTION reading_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting('intermodal.tenant', true), '')::uuid
$$;

-- Everybody else, such as a role that runs the processes and does not own the tables, sees all.
CREATE OR REPLACE FUNCTION put_wall(p_table text, p_whose text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p_table);
  EXECUTE format('DROP POLICY IF EXISTS everybody ON %I', p_table);
  EXECUTE format('CREATE POLICY everybody ON %I USING (true) WITH CHECK (true)', p_table);
  EXECUTE format('DROP POLICY IF EXISTS of_tenant ON %I', p_table);
  EXECUTE format('CREATE POLICY of_tenant ON %I AS RESTRICTIVE TO intermodal_reader USING (%s)', p_table, p_whose);
  EXECUTE format('GRANT SELECT ON %I TO intermodal_reader', p_table);
END $$;

-- Every table that says whose a row is. Done again after every migration of tables.
DO $$
DECLARE v_table text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'intermodal_reader') THEN RETURN; END IF;
  IF NOT pg_has_role('intermodal_reader', 'MEMBER') THEN
    BEGIN
      EXECUTE 'GRANT intermodal_reader TO CURRENT_USER';
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
  GRANT USAGE ON SCHEMA intermodal TO intermodal_reader;
  FOR v_table IN
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relnamespace = 'intermodal'::regnamespace AND c.relkind = 'r' ORDER BY 1
  LOOP
    PERFORM put_wall(v_table, 'tenant_id = (SELECT reading_tenant())');
  END LOOP;
  PERFORM put_wall('tenant', 'id = (SELECT reading_tenant())');
  PERFORM put_wall('published_pipeline', 'tenant_id IS NULL OR tenant_id = (SELECT reading_tenant())');
  PERFORM put_wall('batch_row', 'EXISTS (SELECT FROM batch b WHERE b.id = batch_id)');
  PERFORM put_wall('api_key_secret', 'EXISTS (SELECT FROM api_key k WHERE k.id = key_id)');
  GRANT SELECT ON graph, graph_node, known_key TO intermodal_reader; -- plans belong to nobody; the view sees what its reader does
END $$;
ALTER VIEW known_key SET (security_invoker = true);
