using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MultiagentFT.Hub.Tests;

/// <summary>An HTTP server on loopback that says exactly what it is told to, one request a connection: wrong sizes, cuts and loops included.</summary>
public sealed class PlainServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Request, Answer> _answer;
    private readonly Task _loop;

    public PlainServer(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _loop = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    public List<Request> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await ServeAsync(client.GetStream());
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            catch (IOException)
            {
                // The client has gone.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) return;
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        var lines = text.ToString().Split("\r\n");
        var request = new Request(lines[0].Split(' ')[1], lines[1..].Where(line => line.Contains(':')).ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 2)..], StringComparer.OrdinalIgnoreCase));
        lock (Requests) Requests.Add(request);
        var answer = _answer(request);
        var head = $"HTTP/1.1 {answer.Status} x\r\nConnection: close\r\nContent-Length: {answer.Length ?? answer.Body.Length}\r\n{string.Concat(answer.Headers.Select(header => header + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(answer.Body);
    }

    public sealed record Request(string Path, IReadOnlyDictionary<string, string> Headers)
    {
        /// <summary>Where the range begins that is asked for; 0 without one.</summary>
        public int From => Headers.TryGetValue("Range", out var range) ? int.Parse(range["bytes=".Length..^1]) : 0;
    }

    /// <param name="Status">Such as 200.</param>
    /// <param name="Body">What is sent before the connection ends.</param>
    /// <param name="Headers">Whole lines.</param>
    public sealed record Answer(int Status, byte[] Body, params string[] Headers)
    {
        /// <summary>What the headers say; null: what there is.</summary>
        public long? Length { get; init; }
    }
}
