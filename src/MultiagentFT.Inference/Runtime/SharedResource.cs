namespace MultiagentFT.Inference.Runtime;

/// <summary>
/// Something that an owner shares with any number of users: freed when the owner has disposed it and the last user has let go,
/// in whatever order. Thread-safe.
/// </summary>
public abstract class SharedResource : IDisposable
{
    private const int OwnerHasGone = int.MinValue;

    /// <summary>The number of users, the owner among them; the sign says that the owner has gone.</summary>
    private int _users = 1;

    /// <summary>Keeps the resource until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The owner has disposed it.</exception>
    public void Hold()
    {
        int users;
        do
        {
            users = Volatile.Read(ref _users);
            ObjectDisposedException.ThrowIf(users < 0, this);
        }
        while (Interlocked.CompareExchange(ref _users, users + 1, users) != users);
    }

    /// <summary>Ends one <see cref="Hold"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == OwnerHasGone) Free();
    }

    /// <summary>The owner lets go. Repeated calls do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Or(ref _users, OwnerHasGone) < 0) return;
        Release();
    }

    /// <summary>Called once, by whoever lets go last.</summary>
    protected abstract void Free();
}
