# Each target is one script of .dev; they do all the set-up they need.
.PHONY: help run test stop bench fuzz lint clean

help:
	@echo "make run    启动网站（首次运行自动安装一切）/ start the site, setting up what is missing"
	@echo "            PORT=8001 HOST=0.0.0.0 ALLOWED_HOSTS=... DEMO=0 DEMO_PASSWORD=... DATABASE_URL=... REDIS_URL=..."
	@echo "make stop   停止网站与其服务 / stop the site and its servers; the data stay"
	@echo "make test   全部检查与测试 / every check and test; ARGS='-k name' goes to pytest"
	@echo "make lint   只做静态检查 / only the checks that run no code"
	@echo "make bench  性能测量 / measure the speed; ARGS=... goes to the benchmarks"
	@echo "make fuzz   长时间测试 / the tests that take minutes: kills, acts in any order"
	@echo "make clean  停止并删除所有生成物与数据 / stop, and remove all that was made, data too"
	@echo ".dev/manage.sh plan --region 510000   Django 命令行 / Django's command line"

run stop lint clean:
	@.dev/$@.sh

test bench fuzz:
	@.dev/$@.sh $(ARGS)
