using System.Security.Cryptography.X509Certificates;

namespace MiniLambda.Trust.Authorities;

/// <summary>Certificates together with their keys.</summary>
public static class KeyedCertificate
{
    /// <summary>A copy that TLS can use: Windows takes no key that was never in a store (dotnet/runtime issue 23749).</summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate) => OperatingSystem.IsWindows()
        ? X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null)
        : new X509Certificate2(certificate);
}
