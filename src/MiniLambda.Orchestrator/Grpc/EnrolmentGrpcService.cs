using System.Net;
using Google.Protobuf;
using Grpc.Core;
using MiniLambda.Contracts.V1;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Enrolment;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>How machines become workers, over gRPC; open to whoever dials.</summary>
internal sealed class EnrolmentGrpcService(ClusterIdentity identity, NodeEnrolment enrolment) : EnrolmentService.EnrolmentServiceBase
{
    public override Task<Authority> GetAuthority(GetAuthorityRequest request, ServerCallContext context) => identity.Pinned is { } pinned
        ? Task.FromResult(new Authority { Certificate = ByteString.CopyFrom(pinned.Certificate) })
        : throw NodeEnrolment.NoAuthority();

    public override Task<WorkerCertificate> Join(JoinRequest request, ServerCallContext context) =>
        enrolment.JoinAsync(request, Peer(context), context.CancellationToken);

    public override Task<WorkerCertificate> Renew(RenewRequest request, ServerCallContext context) =>
        enrolment.RenewAsync(request, Peer(context));

    private static IPAddress Peer(ServerCallContext context) => context.GetHttpContext().Connection.RemoteIpAddress ?? IPAddress.None;
}
