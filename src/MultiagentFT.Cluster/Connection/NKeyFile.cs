using MultiagentFT.Foundation;
using NATS.Client.Core;
using NATS.NKeys;

namespace MultiagentFT.Cluster.Connection;

/// <summary>A file with the seed of an NKey user, as <c>nk -gen user</c> writes it; other lines, such as the public key, may be in it.</summary>
internal static class NKeyFile
{
    private const string Option = "--nats-nkey";
    private const string Expected = "a file with the seed of an NKey user (SU...)";

    /// <exception cref="InputException">It cannot be read, or has none; the message has nothing of what is in it.</exception>
    public static NatsAuthOpts Read(string path)
    {
        try
        {
            var seed = File.ReadLines(path).Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("SU", StringComparison.Ordinal))
                ?? throw new InputException(Option, null, Expected, $"none in {path}");
            using var pair = KeyPair.FromSeed(seed);
            return new NatsAuthOpts { NKey = pair.GetPublicKey(), Seed = seed };
        }
        catch (Exception error) when (error is NKeysException or FormatException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InputException(Option, null, Expected, $"a damaged one in {path}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(Option, null, Expected, error.Message, error);
        }
    }
}
