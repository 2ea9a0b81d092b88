using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MultiagentFT.Foundation;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

public sealed class CertificateTests
{
    [Fact]
    public async Task A_certificate_makes_it_https_and_what_is_none_ends_the_start()
    {
        using var folder = new TemporaryFolder();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllBytesAsync(folder.File("server.p12"), certificate.Export(X509ContentType.Pkcs12));
        await File.WriteAllTextAsync(folder.File("none.p12"), "no certificate");
        await using var society = await ServedSociety.OpenAsync(TestServer.Model(folder));
        await using var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0, Certificate = folder.File("server.p12") });
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
        };
        using var http = new HttpClient(handler) { BaseAddress = host.Address };

        Assert.Equal("https", host.Address.Scheme);
        Assert.Contains("\"ok\"", await http.GetStringAsync("/health"), StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<InputException>(
            () => SocietyHost.StartAsync(society, null, new HostOptions { Port = 0, Certificate = folder.File("none.p12") }));
        Assert.Contains("none.p12: expected a PKCS #12 file", error.Message, StringComparison.Ordinal);
    }
}
