using System.Net.Http.Headers;
using System.Security.Cryptography;
using MiniLambda.Trust.Signing;
using MiniLambda.Trust.Tokens;

namespace MiniLambda.Client;

/// <summary>Signs requests with a token instead of sending it. Each try is signed anew, as no nonce is taken twice.</summary>
internal sealed class SigningHandler(string token, TimeProvider clock) : DelegatingHandler
{
    private readonly string _id = TokenText.IdOf(token);
    private readonly byte[] _key = TokenText.Verifier(TokenText.IdOf(token), token);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = [];
        if (request.Content is { } content)
        {
            // What streams to the orchestrator was turned away before: this body is whole.
            body = await content.ReadAsByteArrayAsync(cancellationToken);
            request.Content = new ByteArrayContent(body);
            foreach (var (name, values) in content.Headers)
                request.Content.Headers.TryAddWithoutValidation(name, values);
        }

        var (digest, input, signature) = RequestSignature.Sign(
            _id, _key, request.Method.Method, request.RequestUri!.PathAndQuery, body, clock.GetUtcNow(), RandomNumberGenerator.GetHexString(32, lowercase: true),
            name => request.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null);
        Add(request.Headers, "Content-Digest", digest);
        Add(request.Headers, "Signature-Input", input);
        Add(request.Headers, "Signature", signature);
        return await base.SendAsync(request, cancellationToken);
    }

    private static void Add(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
