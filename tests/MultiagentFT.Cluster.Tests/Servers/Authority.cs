using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MultiagentFT.Cluster.Tests.Servers;

/// <summary>An authority that signs certificates, and the PEM files of all of them in a folder.</summary>
/// <param name="folder">Of the files.</param>
/// <param name="name">Begins their names.</param>
internal sealed class Authority(string folder, string name)
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);

    private readonly X509Certificate2 _certificate = Sign(name);

    /// <summary>Its own certificate.</summary>
    public string File
    {
        get
        {
            var path = Path.Combine(folder, $"{name}.pem");
            System.IO.File.WriteAllText(path, _certificate.ExportCertificatePem());
            return path;
        }
    }

    /// <summary>A certificate for 127.0.0.1, and for a client.</summary>
    /// <returns>Files of certificate and key.</returns>
    public (string Certificate, string Key) Issue(string subject)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var issued = request.Create(_certificate, From, From.AddDays(30), SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name + subject))[..8]);
        var (certificate, secret) = (Path.Combine(folder, $"{name}-{subject}.pem"), Path.Combine(folder, $"{name}-{subject}-key.pem"));
        System.IO.File.WriteAllText(certificate, issued.ExportCertificatePem());
        System.IO.File.WriteAllText(secret, key.ExportPkcs8PrivateKeyPem());
        return (certificate, secret);
    }

    private static X509Certificate2 Sign(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        return request.CreateSelfSigned(From, From.AddDays(30));
    }
}
