namespace MiniLambda.Domain.Access;

/// <summary>What a caller may do; each of the four roles of people and programs may do what the one before may, and more.</summary>
public enum Role
{
    /// <summary>Sees functions, jobs, logs, results and nodes.</summary>
    Reader = 1,

    /// <summary>Submits jobs and cancels them.</summary>
    Submitter = 2,

    /// <summary>Pushes and deletes functions, keeps secrets, redrives dead letters; over all tenants also drains and removes workers.</summary>
    Operator = 3,

    /// <summary>Makes and revokes tokens, has workers join, reads the audit log.</summary>
    Admin = 4,

    /// <summary>A node: keeps its session, fetches what its leases name, stores what they made; nothing else.</summary>
    Worker = 5,
}
