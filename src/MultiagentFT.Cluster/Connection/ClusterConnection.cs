using MultiagentFT.Foundation;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using NATS.Client.ObjectStore;

namespace MultiagentFT.Cluster.Connection;

/// <summary>A connection to NATS servers with JetStream, which is made again whenever it breaks. Thread-safe.</summary>
public sealed class ClusterConnection : IAsyncDisposable
{
    /// <summary>Version of streams, buckets and messages.</summary>
    internal const int Format = 1;

    private const int NotFound = 404;
    private const int Unavailable = 503;
    private const int NotEnabled = 10076;
    private const int NotEnabledForAccount = 10039;
    private static readonly string Description = $"MultiagentFT, format {Format}";

    private readonly NatsConnection _connection;

    private ClusterConnection(ClusterAddress address, NatsConnection connection, TimeProvider time)
    {
        (Address, _connection, Names, Time) = (address, connection, new ClusterNames(address.Prefix), time);
        JetStream = new NatsJSContext(connection);
    }

    public ClusterAddress Address { get; }

    internal TimeProvider Time { get; }

    internal ClusterNames Names { get; }

    internal NatsJSContext JetStream { get; }

    internal INatsConnection Nats => _connection;

    /// <summary>Bytes of a message's content, at most; more goes through the object store.</summary>
    internal int MostBytes => Math.Max(1024, (_connection.ServerInfo?.MaxPayload ?? 1 << 20) - 4096);

    /// <param name="address">Where.</param>
    /// <param name="name">Shown by the server.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <param name="time">Between attempts; null: the system's.</param>
    /// <exception cref="InputException">No server answers there, or it does not let this program in; the address is not one.</exception>
    public static async Task<ClusterConnection> OpenAsync(ClusterAddress address, string name, CancellationToken cancellation, TimeProvider? time = null)
    {
        address.Check();
        time ??= TimeProvider.System;
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await OpenOnceAsync(address, name, time, cancellation).ConfigureAwait(false);
            }
            // One of several servers that takes a connection and does not answer is not asked for the others by the client.
            catch (InputException error) when (IsSlow(error) && time.GetElapsedTime(began) < address.Patience)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static bool IsSlow(Exception error) => error is TimeoutException || (error.InnerException is { } inner && IsSlow(inner));

    private static async Task<ClusterConnection> OpenOnceAsync(ClusterAddress address, string name, TimeProvider time, CancellationToken cancellation)
    {
        NatsConnection? connection = null;
        try
        {
            connection = new NatsConnection(Options(address, name));
            await connection.ConnectAsync().AsTask().WaitAsync(cancellation).ConfigureAwait(false);
            return new ClusterConnection(address, connection, time);
        }
        catch (Exception error) when (error is NatsException or UriFormatException or ArgumentException or FormatException or IOException
            or System.Security.Cryptography.CryptographicException or InvalidOperationException)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            throw new InputException("--nats", null, $"a NATS server at {address} that lets this program in", Reason(error), error);
        }
        catch (OperationCanceledException)
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates streams and buckets where there are none yet.</summary>
    /// <exception cref="InputException">They are of another version, or the server does not allow it.</exception>
    public async Task<ClusterStreams> CreateStreamsAsync(CancellationToken cancellation)
    {
        try
        {
            return await PatientAsync(() => CreateAllAsync(cancellation), cancellation).ConfigureAwait(false);
        }
        catch (NatsException error)
        {
            throw new InputException("--nats", null, $"JetStream on {Address} with room for streams", Reason(error), error);
        }
    }

    private async Task<ClusterStreams> CreateAllAsync(CancellationToken cancellation)
    {
        var (work, results) = await CreateAsync(cancellation).ConfigureAwait(false);
        var buckets = new NatsKVContext(JetStream);
        var runs = await BucketAsync(buckets, Names.RunBucket, TimeSpan.FromDays(30), cancellation).ConfigureAwait(false);
        var workers = await BucketAsync(buckets, Names.WorkerBucket, TimeSpan.FromSeconds(20), cancellation).ConfigureAwait(false);
        var objects = await ObjectsAsync(cancellation).ConfigureAwait(false);
        return new ClusterStreams(work, results, runs, workers, new ContentStore(objects, MostBytes, Time));
    }

    /// <summary>Opens streams and buckets; null where nobody has created them yet.</summary>
    /// <exception cref="InputException">They are of another version, or the server does not allow it.</exception>
    public async Task<ClusterStreams?> TryOpenStreamsAsync(CancellationToken cancellation)
    {
        try
        {
            return await PatientAsync(() => OpenAllAsync(cancellation), cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound)
        {
            return null;
        }
        catch (NatsException error)
        {
            throw new InputException("--nats", null, $"JetStream on {Address} that this program may use", Reason(error), error);
        }
    }

    private async Task<ClusterStreams> OpenAllAsync(CancellationToken cancellation)
    {
        var work = await JetStream.GetStreamAsync(Names.WorkStream, cancellationToken: cancellation).ConfigureAwait(false);
        var results = await JetStream.GetStreamAsync(Names.ResultStream, cancellationToken: cancellation).ConfigureAwait(false);
        CheckFormat(work);
        CheckFormat(results);
        var buckets = new NatsKVContext(JetStream);
        var runs = await buckets.GetStoreAsync(Names.RunBucket, cancellation).ConfigureAwait(false);
        var workers = await buckets.GetStoreAsync(Names.WorkerBucket, cancellation).ConfigureAwait(false);
        var objects = await new NatsObjContext(JetStream).GetObjectStoreAsync(Names.ObjectBucket, cancellation).ConfigureAwait(false);
        return new ClusterStreams(work, results, runs, workers, new ContentStore(objects, MostBytes, Time));
    }

    /// <summary>Servers that elect a leader answer with "unavailable", or not at all, for some seconds.</summary>
    private async Task<T> PatientAsync<T>(Func<Task<T>> body, CancellationToken cancellation)
    {
        var began = Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await body().ConfigureAwait(false);
            }
            catch (NatsException error) when (IsPassing(error) && Time.GetElapsedTime(began) < Address.Patience)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Whether another attempt may do better: there is no answer, or the one that there is no leader now.</summary>
    internal static bool IsPassing(NatsException error) => error switch
    {
        NatsJSApiException { Error: { Code: Unavailable, ErrCode: not NotEnabled and not NotEnabledForAccount } } => true,
        NatsJSApiException => false,
        NatsJSApiNoResponseException or NatsJSPublishNoResponseException or NatsJSTimeoutException or NatsNoReplyException or NatsNoRespondersException => true,
        _ => false,
    };

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>What went wrong, down to the cause.</summary>
    internal static string Reason(Exception error)
    {
        var reason = error.Message;
        for (var inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!reason.Contains(inner.Message, StringComparison.Ordinal)) reason += ": " + inner.Message;
        }
        return reason;
    }

    private async Task<(INatsJSStream Work, INatsJSStream Results)> CreateAsync(CancellationToken cancellation)
    {
        // One message a subject, and a new one never takes its place: what is there already is not there twice.
        var work = await StreamAsync(
            new StreamConfig(Names.WorkStream, [Names.AllWork])
            {
                Description = Description,
                Retention = StreamConfigRetention.Workqueue,
                Storage = StreamConfigStorage.File,
                NumReplicas = Address.Replicas,
                Discard = StreamConfigDiscard.New,
                DiscardNewPerSubject = true,
                MaxMsgsPerSubject = 1,
                AllowDirect = true,
            },
            cancellation).ConfigureAwait(false);
        var results = await StreamAsync(
            new StreamConfig(Names.ResultStream, [Names.AllResults])
            {
                Description = Description,
                Storage = StreamConfigStorage.File,
                NumReplicas = Address.Replicas,
                Discard = StreamConfigDiscard.New,
                DiscardNewPerSubject = true,
                MaxMsgsPerSubject = 1,
                MaxAge = TimeSpan.FromDays(30),
                AllowDirect = true,
            },
            cancellation).ConfigureAwait(false);
        return (work, results);
    }

    private async Task<INatsJSStream> StreamAsync(StreamConfig config, CancellationToken cancellation)
    {
        try
        {
            var stream = await JetStream.GetStreamAsync(config.Name!, cancellationToken: cancellation).ConfigureAwait(false);
            CheckFormat(stream);
            return stream;
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound)
        {
            return await MadeAsync<INatsJSStream>(() => JetStream.CreateStreamAsync(config, cancellation), () => JetStream.GetStreamAsync(config.Name!, cancellationToken: cancellation)).ConfigureAwait(false);
        }
    }

    /// <summary>Creates something, or takes what somebody else has created meanwhile.</summary>
    private static async Task<T> MadeAsync<T>(Func<ValueTask<T>> create, Func<ValueTask<T>> get)
    {
        try
        {
            return await create().ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (error.Error.Code != Unavailable)
        {
            try
            {
                return await get().ConfigureAwait(false);
            }
            catch (NatsJSApiException missing) when (missing.Error.Code == NotFound)
            {
                throw error;
            }
        }
    }

    private void CheckFormat(INatsJSStream stream)
    {
        if (stream.Info.Config.Description != Description)
        {
            throw new InputException(
                $"stream {stream.Info.Config.Name} on {Address}", null, $"'{Description}' (or give another --nats-prefix)", $"'{stream.Info.Config.Description}'");
        }
    }

    private async Task<INatsKVStore> BucketAsync(NatsKVContext buckets, string name, TimeSpan age, CancellationToken cancellation)
    {
        try
        {
            return await buckets.GetStoreAsync(name, cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound)
        {
            var config = new NatsKVConfig(name) { Description = Description, MaxAge = age, NumberOfReplicas = Address.Replicas };
            return await MadeAsync(() => buckets.CreateStoreAsync(config, cancellation), () => buckets.GetStoreAsync(name, cancellation)).ConfigureAwait(false);
        }
    }

    private async Task<INatsObjStore> ObjectsAsync(CancellationToken cancellation)
    {
        var objects = new NatsObjContext(JetStream);
        try
        {
            return await objects.GetObjectStoreAsync(Names.ObjectBucket, cancellation).ConfigureAwait(false);
        }
        catch (NatsJSApiException error) when (error.Error.Code == NotFound)
        {
            var config = new NatsObjConfig(Names.ObjectBucket) { Description = Description, MaxAge = TimeSpan.FromDays(30), NumberOfReplicas = Address.Replicas };
            return await MadeAsync(() => objects.CreateObjectStoreAsync(config, cancellation), () => objects.GetObjectStoreAsync(Names.ObjectBucket, cancellation)).ConfigureAwait(false);
        }
    }

    private static NatsOpts Options(ClusterAddress address, string name) => NatsOpts.Default with
    {
        Url = address.Url,
        Name = name,
        MaxReconnectRetry = -1,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        RequestTimeout = TimeSpan.FromSeconds(10),
        // A server that is cut off, not gone, is noticed by its silence alone: by the client's defaults after four minutes and more.
        PingInterval = TimeSpan.FromSeconds(5),
        MaxPingOut = 2,
        AuthOpts = address.NKey is { } file ? NKeyFile.Read(file) : new NatsAuthOpts { CredsFile = address.Credentials },
        TlsOpts = address.Authorities is null && address.Certificate is null
            ? NatsTlsOpts.Default
            : new NatsTlsOpts { CaFile = address.Authorities, CertFile = address.Certificate, KeyFile = address.Key, Mode = TlsMode.Require },
    };
}
