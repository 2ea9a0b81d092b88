using System.Security.Cryptography;

namespace MultiagentFT.Cluster.Messages;

/// <summary>A content of the object store.</summary>
/// <param name="Sha256">Lower-case hexadecimal; also its name.</param>
/// <param name="Bytes">Length.</param>
internal sealed record StoredContent(string Sha256, long Bytes)
{
    public static StoredContent Of(byte[] bytes) => new(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.LongLength);

    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    public IEnumerable<string> Validate(string key)
    {
        if (!IsHash(Sha256)) yield return $"{key}.sha256: expected 64 hexadecimal digits, found {Sha256}";
        if (Bytes < 0) yield return $"{key}.bytes: expected 0 or more, found {Bytes}";
    }
}
