using MultiagentFT.Inference.Runtime;

namespace MultiagentFT.Inference.Tests.Runtime;

public sealed class SharedResourceTests
{
    [Fact]
    public void The_last_to_let_go_frees_it()
    {
        var resource = new Counted();
        resource.Hold();
        resource.Hold();
        resource.Dispose();
        resource.Release();
        Assert.Equal(0, resource.Frees);
        resource.Release();
        Assert.Equal(1, resource.Frees);
    }

    [Fact]
    public void Users_alone_do_not_free_it()
    {
        var resource = new Counted();
        resource.Hold();
        resource.Release();
        Assert.Equal(0, resource.Frees);
        resource.Dispose();
        resource.Dispose();
        Assert.Equal(1, resource.Frees);
    }

    [Fact]
    public void Nobody_new_holds_what_its_owner_has_disposed()
    {
        var resource = new Counted();
        resource.Hold();
        resource.Dispose();
        Assert.Throws<ObjectDisposedException>(resource.Hold);
        resource.Release();
        Assert.Throws<ObjectDisposedException>(resource.Hold);
        Assert.Equal(1, resource.Frees);
    }

    [Fact]
    public void Threads_that_race_with_the_owner_free_it_once()
    {
        for (var round = 0; round < 200; round++)
        {
            var resource = new Counted();
            Parallel.Invoke(Use, Use, resource.Dispose, Use);
            Assert.Equal(1, resource.Frees);

            void Use()
            {
                try
                {
                    resource.Hold();
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                Assert.Equal(0, resource.Frees);
                resource.Release();
            }
        }
    }

    private sealed class Counted : SharedResource
    {
        private int _frees;

        public int Frees => Volatile.Read(ref _frees);

        protected override void Free() => Interlocked.Increment(ref _frees);
    }
}
