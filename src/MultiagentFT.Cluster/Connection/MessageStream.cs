using System.Diagnostics;
using System.Globalization;
using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Telemetry;
using MultiagentFT.Foundation;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace MultiagentFT.Cluster.Connection;

/// <summary>Publishes messages of any length, one a subject, and reads them back.</summary>
internal sealed class MessageStream(ClusterConnection connection, ContentStore contents)
{
    /// <summary>Bytes of a message, at most, wherever they lie.</summary>
    private const long Most = 512L << 20;

    /// <summary>Names the content of a message that is too long to be one.</summary>
    private const string ContentHeader = "Mft-Content";

    private const int StoreFailed = 10077;

    /// <param name="subject">Of the message.</param>
    /// <param name="message">Its content.</param>
    /// <param name="trace">That it belongs to; null: none.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whether it is new; false where the subject has a message already.</returns>
    /// <exception cref="NatsException">The server did not take it.</exception>
    public async Task<bool> PublishAsync(string subject, byte[] message, ActivityContext? trace, CancellationToken cancellation)
    {
        NatsHeaders? headers = null;
        if (message.Length > connection.MostBytes)
        {
            var content = await contents.PutAsync(message, cancellation).ConfigureAwait(false);
            headers = new NatsHeaders { { ContentHeader, string.Create(CultureInfo.InvariantCulture, $"{content.Sha256} {content.Bytes}") } };
            message = [];
        }
        headers = TraceHeaders.Write(headers, trace);
        var answer = await connection.JetStream.PublishAsync(subject, message, headers: headers, cancellationToken: cancellation).ConfigureAwait(false);
        if (answer.Error is { ErrCode: StoreFailed } error && error.Description?.Contains("per subject", StringComparison.Ordinal) == true) return false;
        answer.EnsureSuccess();
        return true;
    }

    /// <summary>The content of a message, wherever it lies.</summary>
    /// <exception cref="InputException">It is none that <see cref="PublishAsync"/> has sent.</exception>
    public async Task<byte[]> ReadAsync(byte[]? data, NatsHeaders? headers, CancellationToken cancellation)
    {
        if (headers is null || !headers.TryGetValue(ContentHeader, out var values)) return data ?? [];
        var parts = values.ToString().Split(' ');
        if (parts.Length != 2 || !StoredContent.IsHash(parts[0]) || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
            throw new InputException(ContentHeader, null, "a SHA-256 and a number of bytes", values.ToString());
        if (bytes > Most) throw new InputException(ContentHeader, null, $"at most {Most} bytes", $"{bytes}");
        return await contents.GetAsync(new StoredContent(parts[0], bytes), cancellation).ConfigureAwait(false);
    }
}
