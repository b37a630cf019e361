namespace MiniLambda.Storage.Sqlite;

/// <summary>The schema's history. Versions are numbered from 1 and only go forward; a step that was released is never changed.</summary>
internal static class Migrations
{
    /// <summary>Each step brings the schema from the version before to the next.</summary>
    private static readonly string[] Steps =
    [
        // 1: functions, jobs, attempts, logs. Moments are ticks of 100 ns since 1970 UTC.
        """
        CREATE TABLE meta(epoch INTEGER NOT NULL);
        INSERT INTO meta VALUES (0);

        CREATE TABLE functions(
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            module TEXT NOT NULL,
            module_size INTEGER NOT NULL,
            manifest TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            deleted INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (name, version)) WITHOUT ROWID;
        CREATE INDEX functions_by_module ON functions(module);

        CREATE TABLE jobs(
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            function TEXT NOT NULL,
            version INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            overrides TEXT,
            input BLOB,
            input_digest TEXT,
            input_size INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            state INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            waits INTEGER NOT NULL DEFAULT 0,
            worker TEXT NOT NULL,
            leased_at INTEGER,
            started_at INTEGER,
            finished_at INTEGER,
            dead INTEGER NOT NULL DEFAULT 0,
            outcome INTEGER,
            exit_code INTEGER,
            message TEXT,
            result BLOB,
            result_digest TEXT,
            result_size INTEGER,
            logs_truncated INTEGER,
            usage TEXT);
        CREATE INDEX jobs_ready ON jobs(priority DESC, seq) WHERE state = 1 AND waits = 0;
        CREATE INDEX jobs_waiting ON jobs(not_before) WHERE waits = 1;
        CREATE INDEX jobs_leased ON jobs(worker) WHERE state IN (2, 3);
        CREATE INDEX jobs_by_state ON jobs(state, seq);
        CREATE INDEX jobs_dead ON jobs(seq) WHERE dead = 1;
        CREATE INDEX jobs_by_function ON jobs(function, seq);
        CREATE INDEX jobs_by_input ON jobs(input_digest) WHERE input_digest IS NOT NULL;
        CREATE INDEX jobs_by_result ON jobs(result_digest) WHERE result_digest IS NOT NULL;

        CREATE TABLE attempts(
            job INTEGER NOT NULL REFERENCES jobs(seq) ON DELETE CASCADE,
            attempt INTEGER NOT NULL,
            worker TEXT NOT NULL,
            leased_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER NOT NULL,
            outcome INTEGER,
            exit_code INTEGER,
            message TEXT,
            logs_truncated INTEGER,
            usage TEXT,
            PRIMARY KEY (job, attempt)) WITHOUT ROWID;

        CREATE TABLE log_chunks(
            job INTEGER NOT NULL REFERENCES jobs(seq) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            start INTEGER NOT NULL,
            at INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (job, position),
            UNIQUE (job, attempt, start));
        """,

        // 2: lanes, times to live, idempotency keys, events, and what the collector goes by.
        """
        CREATE TABLE lanes(
            id INTEGER PRIMARY KEY,
            tenant TEXT NOT NULL,
            placement TEXT NOT NULL,
            UNIQUE (tenant, placement));

        ALTER TABLE jobs ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN expires_at INTEGER;
        ALTER TABLE jobs ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN placed TEXT NOT NULL DEFAULT '';
        ALTER TABLE attempts ADD COLUMN placed TEXT NOT NULL DEFAULT '';
        UPDATE jobs SET rank = created_at - priority * 100000000;
        DROP INDEX jobs_ready;
        CREATE INDEX jobs_ready ON jobs(lane, rank, seq) WHERE state = 1 AND waits = 0;
        CREATE INDEX jobs_expiring ON jobs(expires_at) WHERE state = 1 AND expires_at IS NOT NULL;
        CREATE INDEX jobs_finished ON jobs(finished_at) WHERE state IN (4, 5, 6, 7);

        CREATE TABLE idempotency(
            tenant TEXT NOT NULL,
            key TEXT NOT NULL,
            request TEXT NOT NULL,
            job TEXT NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (tenant, key)) WITHOUT ROWID;
        CREATE INDEX idempotency_by_end ON idempotency(until);

        CREATE TABLE events(
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            at INTEGER NOT NULL,
            data BLOB NOT NULL);
        """,

        // 3: what owners decided about workers.
        """
        CREATE TABLE workers(
            name TEXT PRIMARY KEY,
            drained_at INTEGER,
            drain_until INTEGER,
            removed_instance TEXT) WITHOUT ROWID;
        """,

        // 4: finished jobs apart from dead letters, which are kept for another time; what rows that are gone were numbered up to.
        """
        DROP INDEX jobs_leased;
        DROP INDEX jobs_finished;
        CREATE INDEX jobs_finished ON jobs(dead, finished_at) WHERE state IN (4, 5, 6, 7);
        ALTER TABLE meta ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
        """,

        // 5: up to where events were trimmed, and where those of a job begin.
        """
        ALTER TABLE meta ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE jobs ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
        """,

        // 6: tokens, nodes that joined, secrets; the trace of jobs that have one.
        """
        ALTER TABLE jobs ADD COLUMN trace TEXT;

        CREATE TABLE tokens(
            id TEXT PRIMARY KEY,
            verifier BLOB NOT NULL,
            role INTEGER NOT NULL,
            tenant TEXT,
            functions TEXT NOT NULL,
            description TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER,
            last_used_at INTEGER,
            revoked_at INTEGER) WITHOUT ROWID;

        CREATE TABLE join_tokens(
            id TEXT PRIMARY KEY,
            secret BLOB NOT NULL,
            labels TEXT NOT NULL,
            uses_left INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            expires_at INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE nodes(
            name TEXT PRIMARY KEY,
            public_key BLOB NOT NULL,
            next_key BLOB,
            labels TEXT NOT NULL,
            joined_at INTEGER NOT NULL,
            joined_with TEXT NOT NULL,
            certified_until INTEGER NOT NULL,
            revoked_at INTEGER) WITHOUT ROWID;

        CREATE TABLE secrets(
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            sealed BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            PRIMARY KEY (tenant, name)) WITHOUT ROWID;
        """,

        // 7: functions belong to tenants, and bear signatures; jobs are listed tenant by tenant; who may name a blob.
        """
        CREATE TABLE tenant_functions(
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            version INTEGER NOT NULL,
            module TEXT NOT NULL,
            module_size INTEGER NOT NULL,
            manifest TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            deleted INTEGER NOT NULL DEFAULT 0,
            signatures TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (tenant, name, version)) WITHOUT ROWID;
        INSERT INTO tenant_functions(tenant, name, version, module, module_size, manifest, created_at, deleted)
            SELECT 'default', name, version, module, module_size, manifest, created_at, deleted FROM functions;
        -- What a tenant's jobs name was everybody's until now. All its versions: a name without one means the newest, as it did.
        INSERT INTO tenant_functions(tenant, name, version, module, module_size, manifest, created_at, deleted)
            SELECT u.tenant, f.name, f.version, f.module, f.module_size, f.manifest, f.created_at, f.deleted
            FROM (SELECT DISTINCT l.tenant, j.function FROM jobs j JOIN lanes l ON l.id = j.lane WHERE l.tenant <> 'default') u
            JOIN functions f ON f.name = u.function;
        DROP TABLE functions;
        ALTER TABLE tenant_functions RENAME TO functions;
        CREATE INDEX functions_by_module ON functions(module);

        -- Each tenant's jobs stand together in what lists go by: one with few among a million of others' finds them at once.
        ALTER TABLE jobs ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
        UPDATE jobs SET tenant = (SELECT tenant FROM lanes WHERE id = lane) WHERE lane IN (SELECT id FROM lanes WHERE tenant <> 'default');
        DROP INDEX jobs_by_state;
        DROP INDEX jobs_dead;
        DROP INDEX jobs_by_function;
        DROP INDEX jobs_by_input;
        DROP INDEX jobs_by_result;
        CREATE INDEX jobs_by_state ON jobs(tenant, state, seq);
        CREATE INDEX jobs_dead ON jobs(tenant, seq) WHERE dead = 1;
        CREATE INDEX jobs_by_function ON jobs(tenant, function, seq);
        CREATE INDEX jobs_by_input ON jobs(input_digest, tenant) WHERE input_digest IS NOT NULL;
        CREATE INDEX jobs_by_result ON jobs(result_digest, tenant) WHERE result_digest IS NOT NULL;

        CREATE TABLE blob_owners(
            blob TEXT NOT NULL,
            owner TEXT NOT NULL,
            PRIMARY KEY (blob, owner)) WITHOUT ROWID;
        """,
    ];

    /// <summary>The version that this program works with.</summary>
    public static long Newest => Steps.Length;

    /// <summary>What a step needs beyond SQL, by its number; runs in the same transaction, after it.</summary>
    private static readonly Dictionary<int, Action<SqliteSession>> Rewrites = new() { [2] = LaneRows.AssignAll, [7] = LaneRows.ReassignAll };

    /// <summary>Applies what the file lacks, in one transaction. Returns the version before and after.</summary>
    /// <exception cref="IOException">The file was made by a newer version of MiniLambda.</exception>
    public static (long From, long To) Apply(SqliteSession session, string path) => Apply(session, path, Steps.Length);

    /// <summary>The same, as a program did that knew fewer versions; for tests of old files.</summary>
    internal static (long From, long To) Apply(SqliteSession session, string path, int newest)
    {
        var version = (long)session.Scalar("PRAGMA user_version")!;
        if (version > newest)
        {
            throw new IOException(
                $"'{path}' has schema version {version}, this program knows versions up to {newest}: it was made by a newer MiniLambda");
        }

        if (version == newest)
            return (version, version);
        session.ExecuteScript("BEGIN IMMEDIATE");
        for (var step = (int)version + 1; step <= newest; step++)
        {
            session.ExecuteScript(Steps[step - 1]);
            Rewrites.GetValueOrDefault(step)?.Invoke(session);
        }

        session.ExecuteScript($"PRAGMA user_version = {newest}; COMMIT;");
        return (version, newest);
    }
}
