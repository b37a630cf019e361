using Grpc.Core;

namespace MiniLambda.Client;

/// <summary>The header that names the tenant which a call works in.</summary>
public static class TenantHeader
{
    public const string Name = "minilambda-tenant";

    /// <summary>Options of a call that works in a tenant, whatever the connection says; as they are when none is named.</summary>
    public static CallOptions InTenant(this CallOptions options, string tenant) =>
        tenant.Length == 0 ? options : options.WithHeaders([.. options.Headers ?? [], new Metadata.Entry(Name, tenant)]);
}
