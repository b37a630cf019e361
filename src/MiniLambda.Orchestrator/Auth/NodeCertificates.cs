using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Enrolment;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Tells workers by the certificates that they show.</summary>
internal sealed class NodeCertificates(ClusterIdentity identity, NodeRegistry nodes, TimeProvider clock)
{
    /// <summary>How the audit log calls workers.</summary>
    public const string Prefix = "worker:";

    // A certificate is one object for as long as its connection stands: its signature is checked once. What may change is looked at each time.
    private readonly ConditionalWeakTable<X509Certificate2, Seen> _seen = [];

    /// <summary>The worker that shows it; null when nobody.</summary>
    public Caller? Find(X509Certificate2 certificate) => Judge(certificate).Caller;

    /// <summary>The worker that shows a certificate, or why it is refused: a machine-readable reason and a line for people.</summary>
    public (Caller? Caller, string Reason, string Message) Judge(X509Certificate2 certificate)
    {
        var seen = _seen.GetValue(certificate, Look);
        if (seen.Worker is not { } name)
            return (null, "CERTIFICATE_WRONG", "the certificate is not of this cluster's authority, or not for a worker");
        if (nodes.Find(name) is not { } node)
            return (null, "CERTIFICATE_WRONG", $"no worker '{Printable.Of(name)}' joined this cluster");
        var record = node.Record;
        if (record.RevokedAt is not null)
            return (null, "WORKER_REMOVED", $"worker '{name}' was removed; to bring it back, let it join with a new token ('minilambda join-token')");
        if (!record.PublicKey.AsSpan().SequenceEqual(seen.Key))
        {
            if (record.NextKey is not { } next || !next.AsSpan().SequenceEqual(seen.Key))
                return (null, "CERTIFICATE_WRONG", $"worker '{name}' has another certificate by now");
            nodes.Promote(node, next);
        }

        var now = clock.GetUtcNow();
        if (now < seen.Begin || now >= seen.End)
            return (null, "CERTIFICATE_EXPIRED", $"the certificate of worker '{name}' was good from {seen.Begin:u} to {seen.End:u}, and it is {now:u} here");
        return (seen.CallerFor(node), "", "");
    }

    private Seen Look(X509Certificate2 certificate) => new(
        identity.Authority?.WorkerOf(certificate), certificate.PublicKey.ExportSubjectPublicKeyInfo(), certificate.NotBefore.ToUniversalTime(),
        certificate.NotAfter.ToUniversalTime());

    private sealed record Seen(string? Worker, byte[] Key, DateTimeOffset Begin, DateTimeOffset End)
    {
        private Tuple<Node, Caller>? _caller;

        public Caller CallerFor(Node node)
        {
            if (_caller is { } known && known.Item1 == node)
                return known.Item2;
            var caller = new Caller(Prefix + Worker, Role.Worker, null) { Ended = node.Ended, WhyEnded = static () => Refusal.CertificateRevoked };
            _caller = Tuple.Create(node, caller);
            return caller;
        }
    }
}
