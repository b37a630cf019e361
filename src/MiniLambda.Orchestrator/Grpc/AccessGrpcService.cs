using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Grpc;

/// <summary>Who may do what, over gRPC.</summary>
internal sealed partial class AccessGrpcService : AccessService.AccessServiceBase;
